package dev.peregrine.server.auth;

import org.jspecify.annotations.Nullable;

/** Any thread. Knows users and their passwords. May wait, for a directory for example. */
@FunctionalInterface
public interface PasswordCheck {
    /**
     * Who that is, usually the user name itself; null if there is no such user or the password is another. Both should take the
     * same time.
     */
    @Nullable
    String identity(String username, String password);
}
