using System.CommandLine;
using Hub.Cli.Checking;
using Hub.Cli.Features;

namespace Hub.Cli.Commands;

internal sealed class CheckCommand : HubCommand
{
    private readonly FileFeature _file;
    private readonly OutputFeature _output;
    private readonly Option<bool> _offline;

    public CheckCommand(CommandContext context)
        : base(context, "check",
            "Everything that is wrong with a config file at once; upstreams reached or not; links that lead around the gateway; forms that the file does not declare.",
            "hub check -c hub.json")
    {
        _file = Enable(new FileFeature(context));
        _offline = Flag<bool>("--offline", "Look at the file only; ask no upstream.");
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (name, text) = await _file.ReadAsync(parsed, cancellationToken);
        var folder = Path.GetDirectoryName(_file.Named(parsed).Path)!;
        var findings = await ConfigCheck.CheckAsync(text, folder, parsed.GetValue(_offline), cancellationToken);
        var rows = findings.OrderBy(finding => finding.Severity).Select(finding => new
        {
            Severity = finding.Severity.ToString().ToLowerInvariant(),
            File = name,
            finding.Problem.Line,
            finding.Problem.Path,
            finding.Problem.What,
            finding.Problem.Why,
            ToDo = finding.Problem.Fix,
        }).ToList();
        _output.Write(parsed, rows, output =>
        {
            foreach (var finding in findings.OrderBy(finding => finding.Severity))
            {
                output.WriteLine($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Problem.ToString(name)}");
            }
        });
        var errors = findings.Count(finding => finding.Severity == Severity.Error);
        var warnings = findings.Count(finding => finding.Severity == Severity.Warning);
        Context.Error.WriteLine($"hub: {name}: {errors} errors, {warnings} warnings");
        return errors > 0 ? CommandLine.Failed : CommandLine.Done;
    }
}
