using Hub.Gateway.Discovering;

namespace Hub.Cli.Discovering;

/// <summary>nginx's combined and Apache's common and combined formats; fields that follow are passed over.</summary>
internal sealed class CombinedLog : LogFormat
{
    public override string Name => "nginx or Apache";

    public override bool TryRead(string line, out Sighting? sighting)
    {
        sighting = null;

        // address identity user [time] "request" status bytes "referer" "agent"
        var rest = line.AsSpan();
        var time = rest.IndexOf('[');
        var request = time < 0 ? -1 : rest[time..].IndexOf("] \"", StringComparison.Ordinal);
        if (request < 0)
        {
            return false;
        }

        rest = rest[(time + request + 2)..];
        if (!TryQuoted(ref rest, out var asked) || asked.Split(' ') is not [var method, var target, ..])
        {
            return false;
        }

        rest = rest.TrimStart(' ');
        var end = rest.IndexOf(' ');
        var status = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? default : rest[end..].TrimStart(' ');
        end = rest.IndexOf(' ');
        rest = end < 0 ? default : rest[end..].TrimStart(' ');
        var referer = TryQuoted(ref rest, out var first) ? first : null;
        rest = rest.TrimStart(' ');
        var agent = TryQuoted(ref rest, out var second) ? second : null;
        sighting = Make(method, target, null, status, agent, referer, null, setsCookie: false);
        return sighting is not null;
    }

    // Apache writes a quote within as \", nginx as \x22.
    private static bool TryQuoted(ref ReadOnlySpan<char> rest, out string text)
    {
        text = "";
        if (rest is not ['"', ..])
        {
            return false;
        }

        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                text = rest[1..i].ToString();
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
