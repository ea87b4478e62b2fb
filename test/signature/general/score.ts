/** Takes the exam with one contender, and says what it got right. */
import { createHash } from 'node:crypto'
import type { Message } from '../../../src/signature/general/message.ts'
import type { Contender, TestKey } from './contender.ts'
import { type Exam, jwkOf, type SignatureVector, toMessage } from './exam.ts'

export interface Score {
  readonly part: 'verify' | 'base' | 'component' | 'must-fail'
  readonly name: string
  readonly right: boolean
}

const SECRET: TestKey = {
  alg: 'hmac-sha256',
  jwk: { kty: 'oct', k: createHash('sha256').update('exam').digest('base64url') },
}
const CREATED = 1_618_884_473

async function takeSignature(exam: Exam, vector: SignatureVector, contender: Contender): Promise<Score[]> {
  const { id, alg, keyid, label, base, valid, request, scheme } = vector
  const lines = ['Signature-Input', vector.signatureInput, 'Signature', vector.signature]
  const message = toMessage(vector.message, scheme, lines, request)
  const key = { alg, jwk: jwkOf(exam, keyid) }
  const now = Number(/created=([0-9]+)/.exec(vector.signatureInput.split(`${label}=`)[1] ?? '')?.[1])
  const said = await contender.verify(message, label, keyid, key, now).catch(() => false)
  const scores: Score[] = [{ part: 'verify', name: id, right: said === valid }]
  if (base === null) return scores
  const built = await contender.base(message, label, keyid, key, now).catch(String)
  return [...scores, { part: 'base', name: id, right: built === base }]
}

/** What the base says of one component of a message without any signature, or why there is no base. */
async function readComponents(
  contender: Contender,
  message: Message,
  components: readonly string[],
): Promise<string | undefined> {
  const input = `sig=(${components.join(' ')});created=${CREATED};keyid="k"`
  const lines = ['Signature-Input', input, 'Signature', `sig=:${Buffer.alloc(32).toString('base64')}:`]
  const signed = { ...message, fields: [...message.fields, ...lines] }
  return contender.base(signed, 'sig', 'k', SECRET, CREATED).catch(() => undefined)
}

export async function takeExam(exam: Exam, contender: Contender): Promise<readonly Score[]> {
  const scores: Score[] = []
  for (const vector of exam.vectors) scores.push(...(await takeSignature(exam, vector, contender)))
  for (const { identifier, value, message, scheme = 'https', section } of exam.components) {
    const base = await readComponents(contender, toMessage(message, scheme), [identifier])
    const right = base?.startsWith(`${identifier}: ${value}\n`) ?? false
    scores.push({ part: 'component', name: `${section} ${identifier} of ${JSON.stringify(message)}`, right })
  }
  for (const { section, why, message, components } of exam.mustFail) {
    const asked = toMessage(message, 'https')
    const read = await readComponents(contender, asked, components)
    scores.push({ part: 'must-fail', name: `${section} ${why}`, right: read === undefined })
  }
  return scores
}

/** Right and all, by part. */
export function sumUp(scores: readonly Score[]): Readonly<Record<Score['part'], readonly [number, number]>> {
  const count = (part: Score['part']): readonly [number, number] => {
    const own = scores.filter((score) => score.part === part)
    return [own.filter(({ right }) => right).length, own.length]
  }
  return {
    verify: count('verify'),
    base: count('base'),
    component: count('component'),
    'must-fail': count('must-fail'),
  }
}
