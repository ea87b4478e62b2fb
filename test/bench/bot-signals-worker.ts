/** The scoring of requests in workerd: `/?kind=…&times=…` scores so many. */
import { scoreMany } from './bot-signals-requests.ts'

export default {
  fetch(request: Request): Response {
    const { searchParams } = new URL(request.url)
    const sum = scoreMany(searchParams.get('kind') ?? '', Number(searchParams.get('times')))
    return new Response(String(sum))
  },
}
