import type { HttpForm, HttpMethod } from '../define.ts'

/** The prefix of all paths of the catalogue. */
export const API_PATH = '/api/v1'

/** Returns the names of the input's fields that fill the path, in its order: `['userId']` for `/users/:userId`. */
export const pathNames = (path: HttpForm['path']): string[] =>
  [...path.matchAll(/:([A-Za-z]+)/g)].flatMap(([, name]) => name ?? [])

/**
 * Returns where a request has the fields of the input that are not in its path: in the query for GET and DELETE, else
 * in the JSON body.
 */
export const placeOfRest = (method: HttpMethod): 'query' | 'body' =>
  method === 'GET' || method === 'DELETE' ? 'query' : 'body'
