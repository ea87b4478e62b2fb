/** What the operator commands print, and the edge's API that they speak to. */
import type { OperatorShell } from '../../../src/cli/operator/run-operator.ts'
import type { Running } from '../../../src/cli/running.ts'
import { TOKEN } from '../../worker/open-objects.ts'

export interface OperatorPrints {
  readonly shell: OperatorShell
  /** All that was printed since the last call, errors too. */
  printed(): string
}

export function createOperatorShell(
  environment: Readonly<Record<string, string>> = { SALLYPORT_OPERATOR_TOKEN: TOKEN },
  running?: Running,
): OperatorPrints {
  const lines: string[] = []
  const print = (text: string): void => {
    lines.push(text)
  }
  return {
    shell: { out: print, err: print, now: () => Date.now(), environment, running },
    printed: () => lines.splice(0).join('\n'),
  }
}

export function runningAt(edge: string, operatorToken = TOKEN): Running {
  return {
    edge,
    origin: 'http://127.0.0.1:2',
    log: 'l',
    keys: 'k',
    control: 'http://127.0.0.1:3',
    token: 't',
    operatorToken,
    policyKeys: 'p',
    baseline: 'b',
  }
}
