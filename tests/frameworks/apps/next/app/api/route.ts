import { results } from '../../components/results';

export const dynamic = 'force-dynamic';

export function GET() {
  return Response.json(results());
}
