using Hub.Placement.Config;

namespace Hub.Placement.Building;

/// <summary>Says what is wrong with the section <c>Hub.Boundary</c>.</summary>
internal static class BoundaryReader
{
    public static void Read(BoundaryConfig config, Findings findings)
    {
        for (var i = 0; i < config.TrustedProxies.Count; i++)
        {
            if (BoundaryConfig.Network(config.TrustedProxies[i]) is not { } network)
            {
                findings.Add($"Hub.Boundary.TrustedProxies.{i}", $"'{config.TrustedProxies[i]}' is no address and no network",
                    "nobody's word on a client would be believed because of it", "write it as \"10.0.0.5\" or \"10.0.0.0/8\"");
            }
            else if (network.PrefixLength == 0)
            {
                findings.Add($"Hub.Boundary.TrustedProxies.{i}", $"'{config.TrustedProxies[i]}' is everybody",
                    "every client could say that it is another", "name the balancer's own network");
            }
        }

        if (config.MaxBody < 0)
        {
            findings.Add("Hub.Boundary.MaxBody", $"{config.MaxBody} bytes are no size", "no request with a body would be taken", "write how many bytes a body may have, or remove it");
        }

        if (config.MaxHeaders is < 1024 or > BoundaryConfig.MostHeaders)
        {
            findings.Add("Hub.Boundary.MaxHeaders", $"{config.MaxHeaders} bytes of headers can't be the limit",
                "browsers send a kilobyte without any cookie, and the listener reads no more than 128 KiB", $"write 1024 to {BoundaryConfig.MostHeaders}");
        }
    }
}
