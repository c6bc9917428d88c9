using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Checks what is said of caches and of falling back: neither may lead to a customer's own data (SAFETY.md 9 and 10).</summary>
internal sealed class CacheReader(
    HubConfig config, ConfigNode root, IReadOnlyDictionary<string, Side> owners, IReadOnlyDictionary<string, string> held, Findings findings)
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(10), LongestTimeout = TimeSpan.FromMinutes(1);

    public void Read(IEnumerable<RouteDraft> drafts)
    {
        foreach (var draft in drafts)
        {
            if (draft.Config.Cached != CachedBy.No && OfACustomer(draft) is { } why)
            {
                findings.Add($"{draft.Path}.Cached", $"a cache in front is to keep its answers, and {why}",
                    "what many customers get from a cache can't differ by customer (SAFETY.md 10)", "remove Cached, or make a route of its own for it");
            }

            if (draft.Config.Cached != CachedBy.No && !OnlyReads(draft.Id))
            {
                findings.Add($"{draft.Path}.Cached", "its Match.Methods are not GET and HEAD alone", "no cache keeps what other methods answer, and they have a customer",
                    $"write \"Methods\": [ \"GET\", \"HEAD\" ] into ReverseProxy.Routes.{draft.Id}.Match, and make a route of its own for the others");
            }

            if (draft.Config.Fallback is { } fallback)
            {
                Check(draft, fallback);
            }
        }

        foreach (var (name, purge) in config.Caches.Purge)
        {
            Check($"Hub.Caches.Purge.{name}", purge);
        }
    }

    private void Check(RouteDraft draft, FallbackConfig fallback)
    {
        var path = $"{draft.Path}.Fallback";
        if (held.TryGetValue(draft.Group, out var dataset))
        {
            findings.Add(path, $"its group holds '{dataset}' per customer", "legacy does not have what New holds for a customer (SAFETY.md 9)", "remove Fallback");
        }

        if (draft.Reads.Concat(draft.Writes).FirstOrDefault(name => Owner(name) == Side.New) is { } owned)
        {
            findings.Add(path, $"New owns '{owned}'", "only New has what was written there; legacy would show something old (SAFETY.md 9)", "remove Fallback");
        }

        if (draft.Config.GetWrites)
        {
            findings.Add(path, "its GETs write", "a write is never tried again on the other side (SAFETY.md 9)", "remove Fallback");
        }

        if (fallback.Timeout < ShortestTimeout || fallback.Timeout > LongestTimeout)
        {
            findings.Add($"{path}.Timeout", $"New is given {fallback.Timeout}", "it is a shopper who waits", "give it 10 ms to a minute: \"00:00:02\" is two seconds");
        }
    }

    private void Check(string path, PurgeConfig purge)
    {
        if (purge.Url is { } url && (!Uri.TryCreate(url.Replace("{key}", "key", StringComparison.Ordinal), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            findings.Add($"{path}.Url", $"'{url}' is no address", "control would not know whom to call", "write it whole: \"http://cache.internal:80/\"");
        }

        if (purge.Timeout < ShortestTimeout || purge.Timeout > LongestTimeout)
        {
            findings.Add($"{path}.Timeout", $"a call may take {purge.Timeout}", "flips wait for it", "give it 10 ms to a minute");
        }
    }

    private string? OfACustomer(RouteDraft draft) => draft switch
    {
        _ when held.TryGetValue(draft.Group, out var dataset) => $"its group holds '{dataset}' per customer",
        { Config.Writes.Count: > 0 } or { Config.Through.Count: > 0 } or { Config.GetWrites: true } or { Config.PostReads: true } => "it writes, or takes other methods than GET",
        { Config.Form: not null } or { IsFormTarget: true } => "its form has a token of one customer",
        { Journey: not null } => $"it is a step of the journey '{draft.Journey}'",
        { Config.BusinessKey: not null } or { Config.Learns: not null } => "it names a customer's business key",
        _ => null,
    };

    private bool OnlyReads(string route)
    {
        var methods = root.Nearest($"ReverseProxy.Routes.{route}")["Match"]?["Methods"]?.Children.Select(method => method.Node.Text ?? "").ToList();
        return methods is { Count: > 0 }
            && methods.TrueForAll(method => method.Equals("GET", StringComparison.OrdinalIgnoreCase) || method.Equals("HEAD", StringComparison.OrdinalIgnoreCase));
    }

    private Side Owner(string dataset) => config.Datasets[dataset].Held == Held.PerCustomer ? Side.Legacy
        : owners.TryGetValue(dataset, out var owner) ? owner : config.Datasets[dataset].Owner;
}
