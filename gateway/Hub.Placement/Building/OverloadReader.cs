using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Checks what the file says of limits, of single routes and of the gateway's own pages.</summary>
internal sealed class OverloadReader(HubConfig config, ConfigNode root, Findings findings)
{
    /// <summary>The built-in words; an own page may be of any language.</summary>
    private static readonly string[] Languages = ["en", "de"];

    private static readonly TimeSpan ShortestPer = TimeSpan.FromMilliseconds(100), LongestPer = TimeSpan.FromDays(1);

    public void Check()
    {
        var routes = Names.Under("ReverseProxy.Routes", "route", root);
        foreach (var (id, rules) in config.Routes)
        {
            findings.Knows(routes, id, $"Hub.Routes.{id}", out _);
            Per(rules.Limit?.Per, $"Hub.Routes.{id}.Limit.Per");
            Given(rules.Limit, $"Hub.Routes.{id}.Limit", "Requests");
        }

        Per(config.Limits?.Client?.Per, "Hub.Limits.Client.Per");
        Given(config.Limits?.Client, "Hub.Limits.Client", "Requests");
        Per(config.Limits?.Key?.Per, "Hub.Limits.Key.Per");
        Given(config.Limits?.Key, "Hub.Limits.Key", "Requests");
        Seats(config.Limits?.Gateway, "Hub.Limits.Gateway");
        Seats(config.Limits?.Legacy, "Hub.Limits.Legacy");
        Seats(config.Limits?.New, "Hub.Limits.New");
        Pages();
    }

    // A number that was forgotten must not stand for one.
    private void Given(object? section, string path, string name)
    {
        if (section is not null && root.Nearest($"{path}.{name}").Path.EndsWith(path, StringComparison.OrdinalIgnoreCase))
        {
            findings.Add(path, $"'{name}' is missing", "nothing can stand in for it", $"give '{name}' a value");
        }
    }

    private void Per(TimeSpan? per, string path)
    {
        if (per < ShortestPer || per > LongestPer)
        {
            findings.Add(path, $"a rate counts over {per}", "a tenth of a second to a day can be counted", "write a time such as \"00:01:00\" (a minute)");
        }
    }

    private void Seats(SeatsConfig? seats, string path)
    {
        Given(seats, path, "Most");
        if (seats?.Wait < TimeSpan.Zero || seats?.Wait > TimeSpan.FromMinutes(1))
        {
            findings.Add($"{path}.Wait", $"requests wait for {seats.Wait}", "browsers and balancers give up after a minute at the latest",
                "write 0 to 1 minute, such as \"00:00:02\"");
        }
    }

    private void Pages()
    {
        var pages = config.Pages;
        if (pages.Logo is { } logo && !logo.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            && !logo.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase))
        {
            findings.Add("Hub.Pages.Logo", $"the logo is '{logo}'", "browsers load it while the shop does not answer, so a path of the shop is of no use",
                "write an https address that stands elsewhere, or data:image/svg+xml;base64,…");
        }

        if (!Languages.Contains(pages.Language, StringComparer.OrdinalIgnoreCase) && !pages.Own.ContainsKey(pages.Language))
        {
            findings.Add("Hub.Pages.Language", $"there are no pages in '{pages.Language}'",
                $"the built-in ones are in {string.Join(" and ", Languages)}", $"add own pages under Hub.Pages.Own.{pages.Language}, or name another");
        }
    }
}
