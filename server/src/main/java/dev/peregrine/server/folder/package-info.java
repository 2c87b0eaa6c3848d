/**
 * A service that serves a folder of Arrow files.
 *
 * <p>In reading order. The service: {@link dev.peregrine.server.folder.FolderService}, {@code FolderActions}, {@code
 * FlightFailure} (what clients are told). Names and files: {@code FlightName}, {@code NamePattern}, {@code Ending}, {@code
 * FolderPaths}. A file that is read: {@code FolderFlight} (what is known of it), {@code FlightCatalog} (and remembered),
 * {@link
 * dev.peregrine.server.folder.FlightMessages} (for services of your own, too), {@code IpcFile}, {@code IpcMessage}, {@code ArrowFormatException}. A file that is written: {@code
 * IncomingFlight}, {@code FlightFileWriter}, {@code CoalescingChannel}, {@code TempFile}. {@code JsonObject} serves both.
 */
@NullMarked
package dev.peregrine.server.folder;

import org.jspecify.annotations.NullMarked;
