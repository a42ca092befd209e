{{ staff_of_institutions() }}
