/** Names the build: a hash of its sources. */
declare const BUILD: string;
