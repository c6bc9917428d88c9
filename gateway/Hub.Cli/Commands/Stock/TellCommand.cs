using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Stock;

internal sealed class TellCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string?> _channel = new("--channel") { Description = "The connector (default: all that are told).", HelpName = "CONNECTOR" };

    public TellCommand(CommandContext context)
        : base(context, "tell", "Tells channels all stock and prices once more: after a change by hand there, or a restore here.", "hub stock tell --channel bazaar")
    {
        Add(_channel);
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var told = await control.Api.TellStockAsync(new TellStock(parsed.GetValue(_channel)), cancellationToken);
        _output.Write(parsed, told, output => output.WriteLine($"{told.Values} values are told once more, at each vendor's pace."));
        return CommandLine.Done;
    }
}
