using System.Buffers;

namespace Hub.Gateway.Boundary;

/// <summary>
/// The request target as the client wrote it: what may pass byte-exact, and what is refused since servers read it in more
/// than one way (docs/boundary.md has both lists). Never throws; takes one pass.
/// </summary>
internal static class RawTarget
{
    // Visible ASCII that needs no second look.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("!\"$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>What is wrong with it, to be told to the client; null where it may pass.</summary>
    public static string? Fault(string target) =>
        target.StartsWith('/') && target.AsSpan().IndexOfAnyExcept(Plain) < 0 && !target.Contains("/.", StringComparison.Ordinal)
            ? null
            : FaultOnACloserLook(target);

    /// <summary>Path and query of the target; the same string unless it is in absolute form.</summary>
    public static ReadOnlySpan<char> Origin(string target)
    {
        if (target.StartsWith('/'))
        {
            return target;
        }

        var rest = target.AsSpan(Math.Min(target.Length, target.IndexOf("://", StringComparison.Ordinal) + 3));
        var start = rest.IndexOfAny('/', '?');
        return start < 0 ? "" : rest[start..];
    }

    private static string? FaultOnACloserLook(string target)
    {
        var absolute = target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || target.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!absolute && !target.StartsWith('/'))
        {
            return "It begins neither with '/' nor with 'http'.";
        }

        var origin = Origin(target);
        if (origin.IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return "It has a blank, a control character or a byte above 7E in it; those are percent-encoded.";
        }

        if (origin.Contains('#'))
        {
            return "It has a '#' in it, which belongs to the browser.";
        }

        var query = origin.IndexOf('?');
        return PathFault(query < 0 ? origin : origin[..query], absolute);
    }

    private static string? PathFault(ReadOnlySpan<char> path, bool absolute)
    {
        // Of the segment that is read: how many dots it began with, and whether anything else was in it.
        var (dots, other) = (0, false);
        for (var i = 0; i <= path.Length;)
        {
            var unit = Unit(path[i..], out var length);
            if (unit is '\0' or '\\' && length == 1)
            {
                return unit == '\\' ? "It has a '\\' in its path, which some read as '/'." : "A '%' in its path is not followed by two hexadecimal digits.";
            }

            if (unit == '\0')
            {
                return "It has a NUL in it.";
            }

            if (absolute && length > 1 && unit is '/' or '\\' && length > 1)
            {
                return "An absolute address with an encoded '/' in its path is read in two ways.";
            }

            if (unit is '/' or '\\' or ';' or End)
            {
                if (!other && dots is 1 or 2)
                {
                    return "It has a segment '.' or '..' in its path.";
                }

                // What follows ';' are parameters of the segment, and no dots of another.
                (dots, other) = (0, unit == ';');
            }
            else if (unit == '.' && !other)
            {
                dots++;
            }
            else
            {
                other = true;
            }

            i += length;
        }

        return null;
    }

    private const char End = '\uffff';

    // The next character of the path as a server may read it; '\0' of length 1 where the encoding is invalid.
    private static char Unit(ReadOnlySpan<char> rest, out int length)
    {
        length = 1;
        if (rest.IsEmpty)
        {
            return End;
        }

        if (rest[0] != '%')
        {
            return rest[0];
        }

        if (rest.Length < 3 || !char.IsAsciiHexDigit(rest[1]) || !char.IsAsciiHexDigit(rest[2]))
        {
            return '\0';
        }

        length = 3;
        var value = (Convert.FromHexString(rest[1..3]))[0];
        // Overlong UTF-8 of '.', '/' and '\', which lax decoders take for them.
        if (value == 0xC0 && rest.Length >= 6 && rest[3] == '%' && rest[4] is 'a' or 'A' && rest[5] is 'e' or 'E' or 'f' or 'F')
        {
            length = 6;
            return rest[5] is 'e' or 'E' ? '.' : '/';
        }

        return (char)value;
    }
}
