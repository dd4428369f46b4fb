import { type OperationName, operationNames, operations } from './catalogue.ts'

type SampleInputs = { [N in OperationName]: (typeof operations)[N]['example'] }

/** One good input for every operation with every field set: where tests of bad ones begin. */
export const sampleInputs = Object.fromEntries(
  operationNames.map((name) => [name, operations[name].example]),
) as SampleInputs
