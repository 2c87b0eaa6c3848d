package dev.peregrine.cli;

/** How much of Arrow's, Netty's and our own log lines is shown. Works until the first logger is made, which is when it is read. */
final class LogLevel {
    private LogLevel() {}

    static void set(String level) {
        String property = "org.slf4j.simpleLogger.defaultLogLevel";
        if (System.getProperty(property) == null) {
            System.setProperty(property, level);
        }
    }
}
