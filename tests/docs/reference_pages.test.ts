import { readPages, runExamples } from './support/run_examples.js';

runExamples(await readPages('reference'));
