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
        var commands = CommandTree.Create(context);
        var parsed = commands.Parse(arguments);
        var invocation = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };
        try
        {
            if (arguments.Length == 0)
            {
                // Nothing was asked for, so nothing goes to STDOUT.
                invocation.Output = context.Error;
                await commands.Parse(["--help"]).InvokeAsync(invocation, cancellationToken);
                return WrongUsage;
            }

            return parsed.Action is ParseErrorAction
                ? Tell(context, parsed, Misuse.Of(parsed))
                : await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (UsageException e)
        {
            return Tell(context, parsed, [e.Message]);
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

    private static int Tell(CommandContext context, ParseResult parsed, IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            context.Error.WriteLine($"hub: {word}");
        }

        context.Error.WriteLine(
            $"'{Misuse.Path(parsed)} --help' lists its {(parsed.CommandResult.Command.Subcommands.Count > 0 ? "commands" : "flags")}.");
        return WrongUsage;
    }
}
