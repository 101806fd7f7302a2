/** True if the folder still holds the result of the inputs as they are now. */
export function isCurrent(folder: string): boolean;
/** Runs a build of the folder, which returns the sources that it read, and writes its manifest. */
export function buildWithManifest(
  folder: string,
  build: (folder: string) => readonly string[] | Promise<readonly string[]>,
): Promise<void>;
