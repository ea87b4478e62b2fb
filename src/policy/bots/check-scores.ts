/**
 * Compiles `signals` and `bands` of `bots.yaml`.
 * @module
 */
import type { BandModel, BotsModel } from '../../bundle/bots-model.ts'
import { BOT_SIGNALS, DEFAULT_BANDS } from '../../http/bot-signals.ts'
import { type Path, quoteText } from '../problem.ts'
import { suggestFix } from '../suggest.ts'
import type { BotsContext } from './bots-context.ts'

function compileSignals({ section, problems }: BotsContext): BotsModel['signals'] {
  const written = section.value.signals
  const ids = BOT_SIGNALS.map(({ id }) => id)
  for (const id of Object.keys(written)) {
    if (ids.includes(id)) continue
    const message = `There is no signal ${quoteText(id)}`
    problems.push(section.at(['signals', id], message, suggestFix(id, ids), 'key'))
  }
  return Object.fromEntries(BOT_SIGNALS.map(({ id, weight }) => [id, written[id] ?? weight]))
}

function compileBands({ section, problems }: BotsContext): readonly BandModel[] {
  const written = section.value.bands
  if (written === undefined) return DEFAULT_BANDS
  if (written[0]?.from !== 0) {
    const message = `The first band begins at ${written[0]?.from}, so that lower scores have none`
    problems.push(section.at(['bands', 0, 'from'], message, 'Write from: 0 for the first band.'))
  }
  const names = new Set<string>()
  for (const [i, { name, from }] of written.entries()) {
    const before = written[i - 1]
    if (before && from <= before.from) {
      const message = `The band ${name} begins at ${from}, and the one before at ${before.from}`
      problems.push(section.at(['bands', i, 'from'], message, 'List bands from the lowest score up.'))
    }
    if (names.has(name)) {
      const message = `There are two bands ${quoteText(name)}`
      problems.push(section.at(['bands', i, 'name'], message, 'Give one of the two another name.'))
    }
    names.add(name)
  }
  return written.map(({ name, from, level }) => ({ name, from, step: level }))
}

/** Any single contradiction has an innocent explanation, so that none may refuse anybody by itself. */
function checkWeights(
  { section, problems }: BotsContext,
  signals: BotsModel['signals'],
  bands: readonly BandModel[],
): void {
  const deny = bands.find(({ step }) => step === 'deny')
  if (deny === undefined) return
  const say = (id: string, weight: number, path: Path): void => {
    const message = `The signal ${id} weighs ${weight}, which alone is in the band ${deny.name} that denies`
    const fix =
      weight < 100
        ? `Write a weight below ${deny.from} or a band from ${weight + 1}: nobody is denied for one signal.`
        : `Write a weight below ${deny.from}: nobody is denied for one signal.`
    problems.push(section.at(path, message, fix))
  }
  const tooHeavy = Object.entries(signals).filter(([, weight]) => weight >= deny.from)
  const isWritten = ([id]: readonly [string, number]): boolean => Object.hasOwn(section.value.signals, id)
  for (const [id, weight] of tooHeavy.filter(isWritten)) say(id, weight, ['signals', id])
  // Of those that nobody has written the heaviest says where the band has to begin.
  const usual = tooHeavy.filter((each) => !isWritten(each))
  const heaviest = usual.sort(([, a], [, b]) => b - a)[0]
  if (heaviest) say(...heaviest, ['bands', bands.indexOf(deny), 'from'])
}

export function compileScores(context: BotsContext): Pick<BotsModel, 'signals' | 'bands'> {
  const signals = compileSignals(context)
  const bands = compileBands(context)
  checkWeights(context, signals, bands)
  return { signals, bands }
}
