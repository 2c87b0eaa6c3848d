package dev.peregrine.transport;

/** Delete me: a module cannot export a package without a class. */
final class Placeholder {}
