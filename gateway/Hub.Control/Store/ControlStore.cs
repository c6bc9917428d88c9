using System.Collections.Concurrent;
using Hub.Storage;
using Microsoft.Data.Sqlite;

namespace Hub.Control.Store;

/// <summary>
/// Control's one SQLite file. All writes go through one thread: what waits together is committed together, so that a flip
/// is durable within one flush of the disk, however many customers are claimed meanwhile.
/// </summary>
internal sealed class ControlStore : IDisposable
{
    private const int BatchSize = 256;

    private readonly SqliteFile _file;
    private readonly BlockingCollection<Write> _queue = [];
    private readonly Thread _writer;

    public ControlStore(ControlOptions options)
    {
        Directory.CreateDirectory(options.Folder);
        _file = new SqliteFile(Path.Combine(options.Folder, "control.db"));
        ControlSchema.Schema.Upgrade(_file);
        if (!OperatingSystem.IsWindows())
        {
            // The planes' keys are in it.
            File.SetUnixFileMode(_file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        _writer = new Thread(WriteAll) { IsBackground = true, Name = "control store" };
        _writer.Start();
    }

    /// <summary>A connection to read with; dispose of it.</summary>
    public SqliteConnection Open() => _file.Open();

    /// <summary>
    /// Runs <paramref name="write"/> in a transaction of its own and completes when it is on the disk. An exception undoes
    /// it and is the caller's.
    /// </summary>
    /// <param name="committed">Runs on the writer's thread, in the order of the commits, before anybody is told.</param>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, Action<T>? committed = null)
    {
        var job = new Write<T>(write, committed);
        _queue.Add(job);
        return job.Done.Task;
    }

    public void Dispose()
    {
        _queue.CompleteAdding();
        _writer.Join();
        _queue.Dispose();
        _file.Close();
    }

    private void WriteAll()
    {
        using var connection = _file.Open();
        var batch = new List<Write>(BatchSize);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < BatchSize && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            try
            {
                connection.Execute($"BEGIN IMMEDIATE");
                foreach (var write in batch)
                {
                    connection.Execute($"SAVEPOINT one");
                    if (!write.Run(connection))
                    {
                        connection.Execute($"ROLLBACK TO one");
                    }

                    connection.Execute($"RELEASE one");
                }

                connection.Execute($"COMMIT");
            }
            catch (Exception e)
            {
                // The disk refuses (full, gone): nobody's write is done, everybody is told, and the next may work again.
                UndoQuietly(connection);
                batch.ForEach(write => write.Fail(e));
            }

            batch.ForEach(write => write.Complete());
        }
    }

    private static void UndoQuietly(SqliteConnection connection)
    {
        try
        {
            connection.Execute($"ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself already; there is nothing left to undo.
        }
    }

    private abstract class Write
    {
        public abstract bool Run(SqliteConnection connection);

        public abstract void Fail(Exception exception);

        public abstract void Complete();
    }

    private sealed class Write<T>(Func<SqliteConnection, T> write, Action<T>? committed) : Write
    {
        private T? _result;
        private Exception? _exception;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool Run(SqliteConnection connection)
        {
            try
            {
                _result = write(connection);
            }
            catch (Exception e)
            {
                _exception = e;
            }

            return _exception is null;
        }

        public override void Fail(Exception exception) => _exception = exception;

        public override void Complete()
        {
            try
            {
                if (_exception is null)
                {
                    committed?.Invoke(_result!);
                }
            }
            catch (Exception e)
            {
                _exception = e;
            }

            if (_exception is null)
            {
                Done.SetResult(_result!);
            }
            else
            {
                Done.SetException(_exception);
            }
        }
    }
}
