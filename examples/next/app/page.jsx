export default function Page() {
  return <p>A shop. Below /parley is its chat.</p>
}
