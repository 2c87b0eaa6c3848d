/**
 * The command <code>peregrine</code>. In reading order:
 *
 * <ul>
 *   <li>{@link dev.peregrine.cli.Peregrine}: main, the commands and what they have in common; {@code ExitCode}, {@code ErrorSentence}
 *   <li>{@code Terminal}: the process's streams and whether people look at them
 *   <li>{@code FlightCommand}: a command that talks to a service, with {@code ConnectionOptions}, {@code Verbosity} and
 *       {@code Connection}; {@code DurationArgument}, {@code HeaderArgument}, {@code FlightArguments}
 *   <li>{@code ListCommand}, {@code InfoCommand}, {@code SchemaCommand}, {@code ActionsCommand}, {@code ActionCommand}, {@code WaitCommand}: small calls
 *   <li>{@code GetCommand} with {@code EndpointReader}, {@code PutCommand} with {@code Acknowledgements},
 *       {@code ExchangeCommand}: streams, with {@code OutputOptions}, {@code InputOptions}, {@code OutputFile} and {@code Progress}
 *   <li>{@code ServeCommand}: a folder as a service
 *   <li>{@code VerifyCommand} and {@link dev.peregrine.cli.verify}: whether a service gives back what it
 *       is given
 *   <li>{@code BenchCommand} with {@code SecondsBar}, and {@link dev.peregrine.cli.bench}: how fast any service is
 *   <li>{@link dev.peregrine.cli.demo}: everything at once, measured
 *   <li>{@link dev.peregrine.cli.format}: the forms of batches
 * </ul>
 */
@NullMarked
package dev.peregrine.cli;

import org.jspecify.annotations.NullMarked;
