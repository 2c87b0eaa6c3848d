/**
 * Our client and server with foreign peers: pyarrow and flight-core. In reading order:
 *
 * <ul>
 *   <li>What all peers serve: {@link dev.peregrine.interop.Parade} has the data; {@link
 *       dev.peregrine.interop.ParadeService} (ours), {@link dev.peregrine.interop.FlightCoreParade} and {@code
 *       python/server.py} do the same things under the same names.
 *   <li>Our client: {@link dev.peregrine.interop.PeerServer} is a server to check, {@link dev.peregrine.interop.InfoChecks},
 *       {@link dev.peregrine.interop.PollChecks}, {@link dev.peregrine.interop.GetChecks}, {@link
 *       dev.peregrine.interop.PutChecks}, {@link dev.peregrine.interop.ExchangeChecks}, {@link
 *       dev.peregrine.interop.ActionChecks} and {@link dev.peregrine.interop.AuthChecks} are the checks, {@link
 *       dev.peregrine.interop.PeerTest} puts them together for {@link dev.peregrine.interop.PyarrowServerTest}, {@link
 *       dev.peregrine.interop.FlightCoreServerTest} and {@link dev.peregrine.interop.OwnServerTest}.
 *   <li>Our server: {@link dev.peregrine.interop.PyarrowClientTest} ({@code python/client_checks.py}), {@link
 *       dev.peregrine.interop.FlightCoreClientTest} and {@link dev.peregrine.interop.FlightCoreClientCallsTest}, on {@link
 *       dev.peregrine.interop.FlightCoreClientSetup}.
 *   <li>Real files of every type: {@link dev.peregrine.interop.ArrowFilesTest} ({@code python/arrow_files.py}), {@link
 *       dev.peregrine.interop.IntervalFile}.
 *   <li>The command line and the example of the docs: {@link dev.peregrine.interop.CommandLineTest}.
 *   <li>Gigabytes and killed peers: {@link dev.peregrine.interop.LargeTransferTest}, {@link
 *       dev.peregrine.interop.KilledPeerTest}, with {@link dev.peregrine.interop.TransferServer}, {@link
 *       dev.peregrine.interop.TransferClient}, {@link dev.peregrine.interop.SleepyReader} and {@link
 *       dev.peregrine.interop.Memory}.
 *   <li>Support: {@link dev.peregrine.interop.Python} and {@link dev.peregrine.interop.WithPython} find an interpreter,
 *       {@link dev.peregrine.interop.ChildProcess} runs a program beside a test, {@link
 *       dev.peregrine.interop.TestCertificate}, {@link dev.peregrine.interop.Await}.
 * </ul>
 */
package dev.peregrine.interop;
