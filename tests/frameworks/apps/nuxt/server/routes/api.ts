import { results } from '../../components/results';

export default defineEventHandler(() => results());
