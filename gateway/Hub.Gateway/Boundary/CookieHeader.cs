using Microsoft.Extensions.Primitives;

namespace Hub.Gateway.Boundary;

/// <summary>Reads single cookies out of a Cookie header without making a dictionary of it.</summary>
internal static class CookieHeader
{
    /// <summary>All cookies as one header; null where there is none. HTTP/2 may send them in pieces.</summary>
    public static string? Joined(StringValues cookies) => cookies.Count switch
    {
        0 => null,
        1 => cookies[0],
        _ => string.Join("; ", cookies!),
    };

    /// <summary>The value of the first cookie of that name; empty where there is none.</summary>
    public static ReadOnlySpan<char> Find(ReadOnlySpan<char> header, string name)
    {
        while (Next(ref header, out var pair))
        {
            if (IsNamed(pair, name))
            {
                return pair[(name.Length + 1)..];
            }
        }

        return default;
    }

    /// <summary>The header without any cookie of that name; null where nothing is left. The same string where none is in it.</summary>
    public static string? Without(string header, string name)
    {
        var rest = header.AsSpan();
        var kept = header;
        while (Next(ref rest, out var pair))
        {
            if (IsNamed(pair, name))
            {
                kept = null;
                break;
            }
        }

        if (kept is not null)
        {
            return header;
        }

        // "a=1;b=2" gains blanks on its way to "a=1; b=2".
        var room = header.Length * 2;
        var buffer = room <= 2048 ? stackalloc char[room] : new char[room];
        var length = 0;
        rest = header;
        while (Next(ref rest, out var pair))
        {
            if (IsNamed(pair, name) || pair.IsEmpty)
            {
                continue;
            }

            if (length > 0)
            {
                "; ".CopyTo(buffer[length..]);
                length += 2;
            }

            pair.CopyTo(buffer[length..]);
            length += pair.Length;
        }

        return length == 0 ? null : new string(buffer[..length]);
    }

    private static bool Next(scoped ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> pair)
    {
        if (rest.IsEmpty)
        {
            pair = default;
            return false;
        }

        var end = rest.IndexOf(';');
        pair = (end < 0 ? rest : rest[..end]).Trim(' ');
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    private static bool IsNamed(ReadOnlySpan<char> pair, string name) =>
        pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal);
}
