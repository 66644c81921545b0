/**
 * What Lighthouse says of pages of the unlocked app, one line of JSON a page.
 *
 *     node scores.mjs CHROMIUM PROFILE ADDRESS PIN PATH…
 *
 * The profile is of a phone whose worker has signed in; the PIN opens it, and each page is loaded in the same tab,
 * which keeps the key of its session.
 */
import lighthouse from 'lighthouse'
import puppeteer from 'puppeteer-core'

const [executablePath, userDataDir, address, pin, ...paths] = process.argv.slice(2)
const PHONE = { formFactor: 'mobile', screenEmulation: { mobile: true, width: 360, height: 800, deviceScaleFactor: 2 } }
const KINDS = ['performance', 'accessibility', 'best-practices']

async function unlocked(browser) {
  const [page] = await browser.pages()
  await page.goto(address)
  await (await page.waitForSelector('input.pin')).type(pin)
  await page.waitForSelector('input.pin', { hidden: true })
  return page
}

async function visit(page, path) {
  const { lhr } = await lighthouse(address + path, { ...PHONE, disableStorageReset: true, onlyCategories: KINDS }, undefined, page)
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message)
  return lhr
}

/** The scores of 100 in the middle one of three visits, as speed is noisy, and what keeps them under it. */
async function scoresOf(page, path) {
  const visits = [await visit(page, path), await visit(page, path), await visit(page, path)]
  const [, lhr] = visits.sort((a, b) => a.categories.performance.score - b.categories.performance.score)
  const categories = KINDS.map((kind) => lhr.categories[kind])
  const lacking = categories.flatMap(({ auditRefs }) => auditRefs)
    .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
    .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`.trim())
  return { path, shown: lhr.finalDisplayedUrl, scores: categories.map(({ score }) => Math.round(100 * score)), lacking }
}

const browser = await puppeteer.launch({ executablePath, userDataDir, args: ['--no-sandbox', '--disable-gpu', '--lang=zh-CN'] })
try {
  const page = await unlocked(browser)
  for (const path of paths) console.log(JSON.stringify(await scoresOf(page, path)))
} finally {
  await browser.close()
}
