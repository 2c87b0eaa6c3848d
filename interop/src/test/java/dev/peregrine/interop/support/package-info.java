/**
 * What the tests against others need: {@code Python} and {@code WithPython} find an interpreter, {@code ChildProcess} runs a
 * program beside a test, {@code TestCertificate} and {@code TlsFiles} make certificates, {@code Await} waits.
 */
package dev.peregrine.interop.support;
