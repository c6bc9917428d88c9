using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

internal sealed class PlanCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;

    public PlanCommand(CommandContext context)
        : base(context, "plan", "What a changed config file would change; nothing is done.", "hub plan -c hub.json")
    {
        _file = Enable(new FileFeature(context));
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, text) = await _file.ReadAsync(parsed, cancellationToken);
        using var control = _connection.Connect(parsed);
        var plan = await control.Api.PlanDocumentAsync(new ApplyDocument(text, name), cancellationToken);
        _output.Write(parsed, plan, output => PlanText.Write(output, plan, applied: false));
        return CommandLine.Done;
    }
}
