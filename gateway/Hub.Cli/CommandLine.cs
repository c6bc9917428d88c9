using System.CommandLine;
using System.CommandLine.Invocation;
using Hub.Cli.Output;
using Refit;

namespace Hub.Cli;

/// <summary>Main: parses, runs, and turns what went wrong into words and an exit code, here and nowhere else.</summary>
internal static class CommandLine
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;

    public static async Task<int> RunAsync(
        string[] arguments, CommandContext context, CancellationToken cancellationToken = default)
    {
        var parsed = CommandTree.Create(context).Parse(arguments);
        var wrong = parsed.Action is ParseErrorAction;
        var invocation = new InvocationConfiguration
        {
            // Words about a wrong command line are no data either.
            Output = wrong ? context.Error : context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        if (parsed.Action is ParseErrorAction { } explain)
        {
            explain.ShowHelp = parsed.CommandResult.Command.Subcommands.Count > 0;
        }

        try
        {
            var exitCode = await parsed.InvokeAsync(invocation, cancellationToken);
            return wrong ? WrongUsage : exitCode;
        }
        catch (UsageException e)
        {
            context.Error.WriteLine($"hub: {e.Message}");
            context.Error.WriteLine($"'{Path(parsed)} --help' lists its flags.");
            return WrongUsage;
        }
        catch (CommandFailedException e)
        {
            context.Error.WriteLine($"hub: {e.Message}");
        }
        catch (ApiException e)
        {
            context.Error.WriteLine($"hub: {ApiProblem.Words(e)}");
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine("hub: stopped before it was done.");
        }
        catch (Exception e) when (context.Variable("HUB_DEBUG") is null)
        {
            context.Error.WriteLine(
                $"hub: unexpected: {e.Message} ({e.GetType().Name}). This is an error in hub; HUB_DEBUG=1 shows where.");
        }

        return Failed;
    }

    private static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            names.Push(at is System.CommandLine.Parsing.CommandResult { Command: { } command }
                ? command is RootCommand ? "hub" : command.Name
                : "");
        }

        return string.Join(' ', names.Where(name => name.Length > 0));
    }
}
