import { results } from '../../components/results';

export function GET() {
  return Response.json(results());
}
