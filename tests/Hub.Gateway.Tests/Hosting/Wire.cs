using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>A client of bare sockets, which sends what no client would.</summary>
public static class Wire
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Sends the bytes and reads until the gateway closes; the answer as Latin-1.</summary>
    public static async Task<string> SendAsync(Uri gateway, string bytes)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), deadline.Token);
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread: what came before counts.
            return Encoding.Latin1.GetString(answer.ToArray());
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>The status of an answer of <see cref="SendAsync"/>; 0 where there is none.</summary>
    public static int Status(string answer) => answer.Length > 12 ? int.Parse(answer.AsSpan(9, 3), null) : 0;

    /// <summary>Sends one HTTP/2 request with these fields, as they are, and reads what becomes of it.</summary>
    /// <returns>The status, <c>RST_STREAM</c>, <c>GOAWAY</c> or <c>closed</c>.</returns>
    public static async Task<string> SendHttp2Async(Uri gateway, (string Name, string Value)[] fields, string? body = null)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Host, gateway.Port, deadline.Token);
        var stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), deadline.Token);
        await stream.WriteAsync(Frame(4, 0, 0, []), deadline.Token);
        await stream.WriteAsync(Frame(1, body is null ? 5 : 4, 1, Fields(fields)), deadline.Token);
        if (body is not null)
        {
            await stream.WriteAsync(Frame(0, 1, 1, Encoding.Latin1.GetBytes(body)), deadline.Token);
        }

        try
        {
            while (true)
            {
                var head = new byte[9];
                await stream.ReadExactlyAsync(head, deadline.Token);
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await stream.ReadExactlyAsync(payload, deadline.Token);
                switch (head[3])
                {
                    case 1:
                        return Status(payload);
                    case 3:
                        return "RST_STREAM";
                    case 7:
                        return "GOAWAY";
                    default:
                        continue;
                }
            }
        }
        catch (IOException)
        {
            return "closed";
        }
    }

    private static byte[] Frame(byte type, int flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    // Literals without indexing and without Huffman: any bytes may stand in them.
    private static byte[] Fields((string Name, string Value)[] fields)
    {
        var bytes = new List<byte>();
        foreach (var (name, value) in fields)
        {
            bytes.Add(0);
            Text(name);
            Text(value);
        }

        return [.. bytes];

        void Text(string text)
        {
            var length = text.Length;
            if (length < 127)
            {
                bytes.Add((byte)length);
            }
            else
            {
                bytes.Add(127);
                for (length -= 127; length >= 128; length >>= 7)
                {
                    bytes.Add((byte)(length | 128));
                }

                bytes.Add((byte)length);
            }

            bytes.AddRange(Encoding.Latin1.GetBytes(text));
        }
    }

    private static string Status(byte[] fields)
    {
        var at = 0;
        while ((fields[at] & 0xE0) == 0x20)
        {
            at++;
        }

        return (fields[at] & 0x80) != 0
            ? (fields[at] & 0x7F) switch { 8 => "200", 9 => "204", 10 => "206", 11 => "304", 12 => "400", 13 => "404", 14 => "500", var other => $"indexed {other}" }
            : Encoding.ASCII.GetString(fields, at + 2, fields[at + 1]);
    }
}
