using System.CommandLine;
using Hub.Cli.Output;

namespace Hub.Cli.Features;

/// <summary><c>--json</c>: the API's own records instead of tables.</summary>
internal sealed class OutputFeature(CommandContext context) : CommandFeature
{
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, as the control API gives it." };

    public override void AddTo(Command command) => command.Add(_json);

    /// <summary>Writes data to STDOUT: as JSON where that was asked for, else as <paramref name="text"/> writes it.</summary>
    public void Write<T>(ParseResult parsed, T data, Action<TextWriter> text)
    {
        if (parsed.GetValue(_json))
        {
            context.Output.WriteLine(JsonText.Of(data));
        }
        else
        {
            text(context.Output);
        }
    }
}
