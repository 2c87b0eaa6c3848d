/** A service that serves a folder of Arrow files. */
@NullMarked
package dev.peregrine.server.folder;

import org.jspecify.annotations.NullMarked;
