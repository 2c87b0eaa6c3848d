/**
 * The programs of docs/cookbook, which run here as tests. {@link dev.peregrine.server.cookbook.CookbookTest} holds the pages
 * to these sources. Each recipe is a test class that uses what is public, and nothing else: {@link
 * dev.peregrine.server.cookbook.Readings} has the data that they move.
 */
@NullMarked
package dev.peregrine.server.cookbook;

import org.jspecify.annotations.NullMarked;
