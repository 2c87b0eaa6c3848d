/**
 * Arrow's integration scenarios for Flight: a server and a client of ours that have the command lines and do the
 * conversations of the other implementations' two programs.
 *
 * <p>In reading order: {@code IntegrationTestServer} and {@code IntegrationTestClient} with their {@code CommandLine};
 * {@code Scenario}, a service and a client's check of it, of which {@code Scenarios} knows the names; the scenarios, with
 * {@code Numbers} for their data. What the programs do without a scenario: {@code PutAndGet}, {@code StoredFlights}, {@code
 * EqualBatches}; the files are {@code IntegrationFiles}, each an {@code IntegrationFile} of {@code JsonColumns}. {@code ListeningProgram}, and {@code FlightScenariosTest} and {@code PutAndGetTest}, which
 * pair the programs up.
 */
@NullMarked
package dev.peregrine.conformance.flight;

import org.jspecify.annotations.NullMarked;
