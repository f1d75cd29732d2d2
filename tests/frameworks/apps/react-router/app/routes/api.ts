import { results } from '../../components/results';

export function loader() {
  return Response.json(results());
}
