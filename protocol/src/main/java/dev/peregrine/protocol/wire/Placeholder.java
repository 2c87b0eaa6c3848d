package dev.peregrine.protocol.wire;

/** Delete me: a module cannot export a package without a class. */
final class Placeholder {}
