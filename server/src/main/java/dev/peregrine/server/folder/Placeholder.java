package dev.peregrine.server.folder;

/** Delete me: a module cannot export a package without a class. */
final class Placeholder {}
