using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OrtElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace MLPipeline.Inference.Tensors;

/// <summary>An <see cref="OrtValue"/> over a managed array that stays where it is until this is disposed.</summary>
internal sealed class PinnedTensor : IDisposable
{
    private GCHandle _pin;

    public PinnedTensor(TensorValue tensor)
    {
        if (tensor.ElementType == TensorElementType.String)
        {
            Value = Strings(tensor);
            return;
        }
        _pin = GCHandle.Alloc(tensor.Data, GCHandleType.Pinned);
        try
        {
            Value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, (OrtElementType)(int)tensor.ElementType, [.. tensor.Shape],
                _pin.AddrOfPinnedObject(), tensor.Data.LongLength * ElementTypes.SizeInBytes(tensor.ElementType));
        }
        catch
        {
            _pin.Free();
            throw;
        }
    }

    public OrtValue Value { get; }

    public void Dispose()
    {
        // The value first: it points into the array.
        Value.Dispose();
        if (_pin.IsAllocated)
            _pin.Free();
    }

    // Text lives in ONNX Runtime's own memory: there is no managed layout to point at.
    private static OrtValue Strings(TensorValue tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [.. tensor.Shape]);
        var text = tensor.AsSpan<string>();
        for (var i = 0; i < text.Length; i++)
            value.StringTensorSetElementAt(text[i].AsSpan(), i);
        return value;
    }
}
