namespace MLPipeline.Onnx.Serialization;

/// <summary>Moves of files that are all made, or all taken back.</summary>
/// <param name="move">Moves one file to a place where there is none.</param>
internal sealed class FileMoves(Action<string, string> move)
{
    private readonly Stack<(string From, string To)> _made = [];

    /// <summary>Whether some were made that could be neither completed nor taken back.</summary>
    public bool AreStuck => _made.Count > 0;

    /// <summary>Makes the moves in order.</summary>
    /// <exception cref="IOException">One failed, and those before it were taken back; or they could not be, and the message says where a file is.</exception>
    /// <exception cref="UnauthorizedAccessException">One is not allowed, and those before it were taken back.</exception>
    public void Make(IEnumerable<(string From, string To)> moves)
    {
        try
        {
            foreach (var (from, to) in moves)
            {
                move(from, to);
                _made.Push((from, to));
            }
        }
        catch (Exception e)
        {
            TakeBack(e);
            throw;
        }

        _made.Clear();
    }

    private void TakeBack(Exception cause)
    {
        while (_made.TryPeek(out var last))
        {
            try
            {
                move(last.To, last.From);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{cause.Message} What was done before it can't be undone: '{last.From}' is now '{last.To}'. {e.Message}", cause);
            }

            _made.Pop();
        }
    }
}
