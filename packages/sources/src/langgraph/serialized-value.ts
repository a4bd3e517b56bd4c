import { Buffer } from 'node:buffer';
import type { Json } from '@fleetglass/core/protocol';
import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';

/** What a serializer made of a value: JSON where it made JSON, otherwise its type and its bytes in Base64. */
export type SerializedValue = { readonly json: Json } | { readonly type: string; readonly base64: string };

/** A serializer whose type is `json` has to give JSON text; any other type is kept byte by byte. */
export async function serialize(serde: SerializerProtocol, value: unknown): Promise<SerializedValue> {
  const [type, bytes] = await serde.dumpsTyped(value);
  return type === 'json'
    ? { json: JSON.parse(Buffer.from(bytes).toString('utf8')) as Json }
    : { type, base64: Buffer.from(bytes).toString('base64') };
}

export async function deserialize(serde: SerializerProtocol, value: SerializedValue): Promise<unknown> {
  return 'json' in value
    ? serde.loadsTyped('json', JSON.stringify(value.json))
    : serde.loadsTyped(value.type, new Uint8Array(Buffer.from(value.base64, 'base64')));
}
