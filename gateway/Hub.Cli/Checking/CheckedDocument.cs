using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Cli.Checking;

/// <summary>A config file as it was read.</summary>
/// <param name="Hub">Null where the file is not JSON.</param>
/// <param name="Proxy">YARP's section as YARP reads it; null where it can't.</param>
internal sealed record CheckedDocument(ConfigNode? Root, HubConfig? Hub, ProxySection? Proxy, IReadOnlyList<ConfigProblem> Problems);
