using System.Text;
using System.Text.Json;
using Hub.Configuration;

namespace Hub.Migration.Config;

/// <summary>A part of the config as one text without places, so that a comment or a moved line changes nothing.</summary>
internal static class ConfigText
{
    /// <param name="without">A name whose part is left out.</param>
    public static string Of(ConfigNode node, string? without = null)
    {
        var text = new StringBuilder();
        Write(node);
        return text.ToString();

        void Write(ConfigNode part)
        {
            text.Append(part.Kind).Append(part.Text is null ? "" : JsonSerializer.Serialize(part.Text)).Append('(');
            foreach (var (name, child) in part.Children.Where(child => !child.Name.Equals(without, StringComparison.OrdinalIgnoreCase)))
            {
                text.Append(JsonSerializer.Serialize(name)).Append(':');
                Write(child);
            }

            text.Append(')');
        }
    }
}
