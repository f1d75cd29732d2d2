import { results } from '../../components/results';

export const runtime = 'edge';

export function GET() {
  return Response.json(results());
}
