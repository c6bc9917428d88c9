using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hub.Gateway.Customers;

/// <summary>
/// Reads a business key out of a body: a form's field, also of a multipart one, or a JSON property. 64 KiB of it are looked
/// at, for two seconds at most; then the body goes on to its side as it came, whatever its size, unread and not kept.
/// </summary>
internal static class BusinessKeyBody
{
    /// <summary>How much of a body is looked at.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>How long a client that dawdles holds up its own request.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="place">A field's or property's name, or <c>$.data.order</c>.</param>
    /// <returns>Null where there is none that can be read.</returns>
    public static async ValueTask<string?> FindAsync(HttpRequest request, string place, TimeProvider time)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || KindOf(type) is not { } find)
        {
            return null;
        }

        var cancellationToken = request.HttpContext.RequestAborted;
        var buffer = new byte[Math.Clamp(request.ContentLength ?? MostBytes, 1, MostBytes)];
        var (length, ended) = (0, false);
        Task<int>? pending = null;
        var startedAt = time.GetTimestamp();
        while (length < buffer.Length && !ended && pending is null)
        {
            // A read that is begun can't be taken back: what it brings belongs to the side.
            var reading = request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken).AsTask();
            try
            {
                var left = Patience - time.GetElapsedTime(startedAt);
                var read = await reading.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
                (length, ended) = (length + read, read == 0);
            }
            catch (TimeoutException)
            {
                pending = reading;
            }
        }

        request.Body = new ReplayedBody(request.Body, buffer, length, pending, ended);
        return await find(buffer.AsMemory(0, length), ended || length == request.ContentLength, place);
    }

    private static Func<ReadOnlyMemory<byte>, bool, string, ValueTask<string?>>? KindOf(MediaTypeHeaderValue type)
    {
        if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return static (body, whole, name) => ValueTask.FromResult(FromForm(body.Span, whole, name));
        }

        if (type.MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return static (body, whole, path) => ValueTask.FromResult(FromJson(body.Span, whole, path.TrimStart('$', '.').Split('.')));
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary);
        return type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && boundary is { Length: > 0 and <= 70 }
            ? (body, _, name) => FromMultipartAsync(body, boundary.ToString(), name)
            : null;
    }

    private static string? FromForm(ReadOnlySpan<byte> body, bool whole, string name)
    {
        // Of a field that is cut there would be half a number.
        var known = whole ? body : body[..Math.Max(0, body.LastIndexOf((byte)'&'))];
        return QueryHelpers.ParseQuery(Encoding.UTF8.GetString(known)).TryGetValue(name, out var value) && !StringValues.IsNullOrEmpty(value)
            ? value[0]
            : null;
    }

    private static string? FromJson(ReadOnlySpan<byte> body, bool whole, ReadOnlySpan<string> path)
    {
        var json = new Utf8JsonReader(body, whole, default);
        try
        {
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName && !json.ValueTextEquals(path[0]))
                {
                    if (!json.Read() || !json.TrySkip())
                    {
                        return null;
                    }
                }

                if (json.TokenType != JsonTokenType.PropertyName)
                {
                    return null;
                }

                path = path[1..];
                if (path.IsEmpty)
                {
                    return json.Read() ? Text(ref json) : null;
                }
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or bytes that are no UTF-8: the request carries no key that we can read.
            return null;
        }
    }

    private static string? Text(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.String => json.GetString(),
        JsonTokenType.Number => Encoding.UTF8.GetString(json.ValueSpan),
        _ => null,
    };

    private static async ValueTask<string?> FromMultipartAsync(ReadOnlyMemory<byte> body, string boundary, string name)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        try
        {
            var reader = new MultipartReader(boundary, stream);
            while (await reader.ReadNextSectionAsync() is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && disposition.IsFormDisposition() && HeaderUtilities.RemoveQuotes(disposition.Name) == name)
                {
                    using var text = new StreamReader(section.Body, Encoding.UTF8);
                    return await text.ReadToEndAsync();
                }
            }

            return null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException)
        {
            // Not multipart, or cut before the field's end.
            return null;
        }
    }
}
