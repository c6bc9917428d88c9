using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands;

internal sealed class ApplyCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Option<string> _reason;
    private readonly Option<bool> _force;

    public ApplyCommand(CommandContext context)
        : base(context, "apply", "Make the config file a revision.", "hub apply -c hub.json --reason \"new product route\"")
    {
        _file = Enable(new FileFeature(context));
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _force = Flag<bool>("--force", "Past gates that are held; needs --reason.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, text) = await _file.ReadAsync(parsed, cancellationToken);
        using var control = _connection.Connect(parsed);

        // If-Match: what the file changes is what stands now.
        var before = await control.Api.PlanDocumentAsync(new ApplyDocument(text, name), cancellationToken);
        var plan = await control.Api.ApplyDocumentAsync(
            new ApplyDocument(text, name, parsed.GetValue(_reason), parsed.GetValue(_force)), $"\"{before.Revision}\"", cancellationToken);
        _output.Write(parsed, plan, output => PlanText.Write(output, plan, applied: true));
        return CommandLine.Done;
    }
}
