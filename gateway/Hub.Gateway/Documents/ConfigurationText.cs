using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Hub.Gateway.Documents;

/// <summary>
/// Writes the sections <c>ReverseProxy</c> and <c>Hub</c> of an application's configuration as a document, so that an
/// adopted application and <c>hub run</c> are read in one way.
/// </summary>
internal static class ConfigurationText
{
    /// <summary>Where the plane finds its control is the plane's own matter and no part of the document.</summary>
    private const string Plane = "Control";

    public static string Of(IConfiguration configuration)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("ReverseProxy");
            Write(writer, configuration.GetSection("ReverseProxy"), null);
            writer.WritePropertyName("Hub");
            Write(writer, configuration.GetSection("Hub"), Plane);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, IConfigurationSection section, string? without)
    {
        var children = section.GetChildren().Where(child => !child.Key.Equals(without, StringComparison.OrdinalIgnoreCase)).ToList();
        if (children.Count == 0 && section.Value is not null)
        {
            writer.WriteStringValue(section.Value);
        }
        else if (children.Count > 0 && children.Select((child, i) => child.Key == $"{i}").All(isIndex => isIndex))
        {
            writer.WriteStartArray();
            children.ForEach(child => Write(writer, child, null));
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject();
            foreach (var child in children)
            {
                writer.WritePropertyName(child.Key);
                Write(writer, child, null);
            }

            writer.WriteEndObject();
        }
    }
}
