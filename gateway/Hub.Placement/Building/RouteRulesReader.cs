using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Checks of <c>Hub.Routes</c> and <c>Hub.Consumers</c>: who is let in, and until when a version stands.</summary>
internal sealed class RouteRulesReader(HubConfig config, Findings findings)
{
    private readonly Names _consumers = new("consumer", "Hub.Consumers", config.Consumers.Keys);

    public void Check()
    {
        foreach (var (id, rules) in config.Routes)
        {
            if (rules.Access is { } access)
            {
                CheckAccess(access, $"Hub.Routes.{id}.Access");
            }

            if (rules.Version is { } version)
            {
                CheckVersion(version, $"Hub.Routes.{id}.Version");
            }
        }
    }

    private void CheckAccess(AccessConfig access, string path)
    {
        if (access.Jwt is null && access.Consumers.Count == 0)
        {
            findings.Add(path, "it lets nobody in", "it names neither Jwt nor Consumers", "name one of them, or remove Access");
        }

        for (var i = 0; i < access.Consumers.Count; i++)
        {
            findings.Knows(_consumers, access.Consumers[i], $"{path}.Consumers[{i}]", out _);
        }

        if (access.Header.Length == 0 || !access.Header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            || access.Header.StartsWith("Hub-", StringComparison.OrdinalIgnoreCase) || access.Header.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add($"{path}.Header", $"'{access.Header}' can't hold an API key",
                "it is no header's name, or one that the hub takes away or reads as a token", "write a name such as X-Api-Key");
        }

        if (access.Jwt is { } jwt)
        {
            CheckJwt(jwt, $"{path}.Jwt");
        }
    }

    private void CheckJwt(JwtConfig jwt, string path)
    {
        if (jwt.Authority is null == jwt.Keys is null)
        {
            findings.Add(path, "it names none or both of Authority and Keys", "signatures are checked by one set of keys", "name one of the two");
        }

        if (jwt.Keys is not null && jwt.Issuer is null)
        {
            findings.Add(path, "Keys stands without Issuer", "a bare key set does not say whose it is", "write the tokens' iss as Issuer");
        }

        foreach (var (name, address) in new[] { ("Authority", jwt.Authority), ("Keys", jwt.Keys) })
        {
            if (address is not null && !(address.IsAbsoluteUri && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))))
            {
                findings.Add($"{path}.{name}", $"'{address}' is not https", "who stands between could give other keys, and sign tokens by them",
                    "write an https address (http on this machine only)");
            }
        }
    }

    private void CheckVersion(VersionConfig version, string path)
    {
        if (version.Sunset < version.Deprecated)
        {
            findings.Add($"{path}.Sunset", $"it ends at {version.Sunset:u}, before it is deprecated at {version.Deprecated:u}",
                "clients would be told nonsense (RFC 9745, section 4)", "put Sunset after Deprecated");
        }

        if (version is { EndsAtSunset: true, Sunset: null })
        {
            findings.Add($"{path}.EndsAtSunset", "it has no Sunset to end at", "nothing says when", "give Sunset a time, or remove EndsAtSunset");
        }
    }
}
