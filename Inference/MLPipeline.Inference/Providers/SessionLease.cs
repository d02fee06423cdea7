using Microsoft.ML.OnnxRuntime;

namespace MLPipeline.Inference.Providers;

/// <summary>
/// A session that several threads use and one disposes: its native memory goes when the last user leaves, so that
/// disposing a model while another thread runs it is an orderly end and not a crash.
/// </summary>
internal sealed class SessionLease(InferenceSession session) : IDisposable
{
    private readonly Lock _gate = new();
    private int _users;
    private bool _closing;

    /// <summary>Runs an action that may use the session until it returns.</summary>
    /// <exception cref="ObjectDisposedException">The session was disposed before.</exception>
    public T Use<T>(Func<InferenceSession, T> action)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, typeof(OnnxModel));
            _users++;
        }
        try
        {
            return action(session);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing)
                return;
            _closing = true;
            if (_users > 0)
                return;
        }
        session.Dispose();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0 || !_closing)
                return;
        }
        session.Dispose();
    }
}
