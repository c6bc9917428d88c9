using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Checks what the file says of customers: how legacy is asked, and what New is told.</summary>
internal static class CustomerReader
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    public static void Check(CustomerConfig config, ConfigNode root, Findings findings)
    {
        var clusters = Names.Under("ReverseProxy.Clusters", "cluster", root);
        foreach (var (name, token) in config.FormTokens)
        {
            if (token.Cluster is { } cluster)
            {
                findings.Knows(clusters, cluster, $"Hub.Customer.FormTokens.{name}.Cluster", out _);
            }

            if (token.Page is { } page && (!page.StartsWith('/') || page.StartsWith("//", StringComparison.Ordinal)))
            {
                findings.Add($"Hub.Customer.FormTokens.{name}.Page", $"'{page}' is no path", "the page is asked at the cluster", "write it from its first slash on: /contact");
            }
        }

        if (config.Identity.Life < TimeSpan.FromMinutes(1) || config.Identity.Life > LongestLife)
        {
            findings.Add("Hub.Customer.Identity.Life", $"an identity is good for {config.Identity.Life}",
                "a shorter one ends between clocks that differ, and a retired key stays published for an hour only", "write \"00:01:00\" to \"01:00:00\"");
        }

        if (config.Identity.Rotate < TimeSpan.FromHours(1))
        {
            findings.Add("Hub.Customer.Identity.Rotate", $"keys rotate at {config.Identity.Rotate}",
                "New's services must have fetched the next key before it signs", "write an hour at least: \"30.00:00:00\" is 30 days");
        }
    }
}
