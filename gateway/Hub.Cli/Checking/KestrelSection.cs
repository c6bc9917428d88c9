using System.Text.Json;
using Hub.Configuration;

namespace Hub.Cli.Checking;

/// <summary>Kestrel's own section: endpoints with addresses, certificates that are there.</summary>
internal static class KestrelSection
{
    public static void Check(ConfigNode? kestrel, string folder, List<ConfigProblem> problems)
    {
        foreach (var (_, endpoint) in kestrel?["Endpoints"]?.Children ?? [])
        {
            // "http://*:80" is Kestrel's way to say every address, and no URI.
            var text = endpoint["Url"]?.Text;
            if (!Uri.TryCreate(text?.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal), UriKind.Absolute, out var url)
                || url.Scheme is not ("http" or "https"))
            {
                problems.Add(new ConfigProblem(
                    $"{endpoint.Path}.Url", (endpoint["Url"] ?? endpoint).Line,
                    text is null ? "the endpoint has no Url" : $"'{text}' is no address to listen on",
                    "Kestrel would not start", "write it as \"https://*:443\" or \"http://127.0.0.1:8080\""));
                continue;
            }

            Certificate(endpoint["Certificate"], folder, problems);
            foreach (var (_, name) in endpoint["Sni"]?.Children ?? [])
            {
                Certificate(name["Certificate"], folder, problems);
            }

            if (url.Scheme == "https" && endpoint["Certificate"] is null && endpoint["Sni"] is null && kestrel!["Certificates"]?["Default"] is null)
            {
                problems.Add(new ConfigProblem(
                    endpoint.Path, endpoint.Line, "the endpoint is https and has no certificate", "Kestrel would not start",
                    "add \"Certificate\": { \"Path\": \"shop.pem\", \"KeyPath\": \"shop.key\" }"));
            }
        }

        Certificate(kestrel?["Certificates"]?["Default"], folder, problems);
    }

    private static void Certificate(ConfigNode? certificate, string folder, List<ConfigProblem> problems)
    {
        foreach (var file in new[] { certificate?["Path"], certificate?["KeyPath"] })
        {
            if (file is { Kind: JsonValueKind.String, Text: { } path } && !File.Exists(Path.GetFullPath(path, folder)))
            {
                problems.Add(new ConfigProblem(
                    file.Path, file.Line, $"there is no file '{path}'", "Kestrel would not start",
                    "put the certificate there, or correct the path (it is seen from the config file's folder)"));
            }
        }
    }
}
