/**
 * Who remembers which challenges have been redeemed: the only thing about challenges that is stored anywhere.
 * @module
 */

/**
 * Marks a challenge as redeemed. `first`: it was not before; `again`: it was; `unknown`: nobody could be asked in
 * time. Never rejects.
 * @param id 22 characters that name the challenge.
 * @param expires Seconds since the epoch after which it could not be redeemed anyway.
 */
export type Spend = (id: string, expires: number) => Promise<'first' | 'again' | 'unknown'>
