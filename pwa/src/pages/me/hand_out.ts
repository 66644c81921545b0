/** Give files to the share sheet, or to the downloads where it does not take them; whether they were given. */
export async function handOut(files: File[]): Promise<boolean> {
  if (!navigator.canShare?.({ files })) {
    files.forEach(download)
    return true
  }
  return navigator.share({ files }).then(() => true, (fault: unknown) => {
    // The worker closed the sheet
    if ((fault as Error).name === 'AbortError') return false
    throw fault
  })
}

const KEPT_MS = 60_000

function download(file: File): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = file.name
  link.click()
  // Some browsers read it only after they asked where to put it
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}
